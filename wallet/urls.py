from django.urls import path

from wallet import views

urlpatterns = [
    path("", views.wallet, name="wallet"),
    path("top-up/", views.top_up, name="top_up"),
    path("statement/", views.statement, name="statement"),
    path("statement.csv", views.statement_csv, name="statement_csv"),
]
