from django.urls import path

from wallet.payments import views as payments
from wallet.statements import page as wallet
from wallet.statements import views as statements

urlpatterns = [
    path("", wallet.wallet, name="wallet"),
    path("top-up/", payments.top_up, name="top_up"),
    path("statement/", statements.statement, name="statement"),
    path("statement.csv", statements.statement_csv, name="statement_csv"),
]
